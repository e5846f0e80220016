/** The same numbers at least `gap` apart, in their order; groups that were closer keep their middle. */
export function spread(values: readonly number[], gap: number): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const groups: { members: number[]; middle: number }[] = [];
  for (const i of order) {
    let group = { members: [i], middle: values[i]! };
    for (let last = groups.at(-1); last !== undefined; last = groups.at(-1)) {
      const reach = ((last.members.length + group.members.length) / 2) * gap;
      if (group.middle - last.middle >= reach) break;
      groups.pop();
      const members = [...last.members, ...group.members];
      group = { members, middle: members.reduce((sum, k) => sum + values[k]!, 0) / members.length };
    }
    groups.push(group);
  }
  const apart = new Array<number>(values.length).fill(0);
  for (const { members, middle } of groups) {
    for (const [k, i] of members.entries()) apart[i] = middle + (k - (members.length - 1) / 2) * gap;
  }
  return apart;
}
