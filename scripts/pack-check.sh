#!/usr/bin/env bash
# Packs the package, looks at what the tarball holds, installs it in an empty folder and draws a picture there, offline.
#
# Usage: scripts/pack-check.sh [MODEL]    MODEL: a model's folder; default: the bundled model
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
model=()
if [ $# -gt 0 ]; then model=(--model "$(cd "$1" && pwd)"); fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source" "$work/empty"

# In a copy, for packing builds dist/ anew and leaves nothing of older builds in it.
cd "$root"
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create | tar --extract --directory "$work/source"
ln -s "$root/node_modules" "$work/source/node_modules"
cd "$work/source"
npm pack --silent --pack-destination "$work"
tarball=$(echo "$work"/pellucid-*.tgz)

unwanted=$(tar --list --gzip --file "$tarball" |
  grep --invert-match --extended-regexp '^package/(dist/.+\.(js|d\.ts)|assets/.+|models/.+|install/.+\.js|package\.json|LICENSE|README\.md|ATTRIBUTION\.md)$' || true)
if [ -n "$unwanted" ]; then
  printf 'the tarball holds what users do not need:\n%s\n' "$unwanted" >&2
  exit 1
fi
for file in LICENSE README.md ATTRIBUTION.md dist/cli/main.js dist/index.js dist/index.d.ts; do
  tar --list --gzip --file "$tarball" "package/$file" >/dev/null
done

cd "$work/empty"
npm install --silent --no-audit --no-fund --prefer-offline "$tarball"
export npm_config_offline=true
npx pellucid generate "a cat on a red background" "${model[@]}" --out drawn
for file in image.png explanation.png explanation.json; do test -s "drawn/$file"; done
node --input-type=module --eval 'import { generate } from "pellucid"; if (typeof generate !== "function") process.exit(1);'
echo "packed, installed and drawn: $(du -h "$tarball" | cut -f1) packed"
