export { bcosLayers } from "./bcos/bcos-layers.js";
export type { Layers } from "./bcos/layers.js";
export { ordinaryLayers } from "./bcos/ordinary-layers.js";
export { type Parameters, within } from "./bcos/parameters.js";
export { type ByteSource, sourceOfBlob, sourceOfBytes } from "./byte-source.js";
export { guided } from "./diffusion/guidance.js";
export { startingNoise, stepNoise } from "./diffusion/random.js";
export { type Denoise, type SampleStep, sample } from "./diffusion/sample.js";
export { alphaBars } from "./diffusion/schedule.js";
export { type AffineStep, ancestralSteps, ddimSteps } from "./diffusion/steps.js";
export { CancelledError, InputError, UsageError } from "./errors.js";
export { type Accounted, type AccountRun, accountMetrics, accounts, ledgers } from "./evaluate/account.js";
export { type DistanceRun, distanceMetrics } from "./evaluate/distances.js";
export type { FeatureNetwork, Features } from "./evaluate/features.js";
export type { Metric } from "./evaluate/interval.js";
export {
  calibrateNeglect,
  evaluateNeglect,
  type NeglectEvaluation,
  type NeglectRun,
  type See,
} from "./evaluate/neglect/evaluate.js";
export { cascade } from "./evaluate/randomised-weights.js";
export { realScenes } from "./evaluate/real-scenes.js";
export { deletionCurve, insertionCurve, type MaskingEffect } from "./evaluate/scores/deletion.js";
export { energyPointingGame } from "./evaluate/scores/energy-pointing-game.js";
export { gridPointing } from "./evaluate/scores/grid-pointing.js";
export { intersectionOverUnion } from "./evaluate/scores/intersection-over-union.js";
export { pointingGame } from "./evaluate/scores/pointing-game.js";
export { relevanceMassAccuracy } from "./evaluate/scores/relevance-mass.js";
export { relevanceRankAccuracy } from "./evaluate/scores/relevance-rank.js";
export { sensitivityN } from "./evaluate/scores/sensitivity-n.js";
export { sparseness } from "./evaluate/scores/sparseness.js";
export {
  type PictureShares,
  type SourceShares,
  sourceShareMetrics,
  sourceShares,
} from "./evaluate/source-shares.js";
export {
  bootstrap,
  bootstrapDifference,
  bootstrapMean,
  bootstrapMedian,
} from "./evaluate/statistics/bootstrap.js";
export { pearson, spearman } from "./evaluate/statistics/correlation.js";
export {
  alarmRates,
  auroc,
  averagePrecision,
  operatingPoint,
  type Scored,
} from "./evaluate/statistics/detection.js";
export { type TokenRow, tokenTable, tokenTableMetrics } from "./evaluate/token-table.js";
export { pictureDistance } from "./explain/counterfactual.js";
export { type ExplainedStep, explainSampling, type FrozenNetwork, type Ledger } from "./explain/ledger.js";
export { decodeMagnitudes, decodeMaps } from "./explain/map-codec.js";
export { type MapTreatment, treatMaps } from "./explain/map-treatment.js";
export { pixelMaps, sharedScale } from "./explain/maps.js";
export { type Neglect, standings } from "./explain/neglect.js";
export { reconstruct } from "./explain/reconstruction.js";
export { type Region, regionShares } from "./explain/region.js";
export {
  contentProjections,
  contentShares,
  type KindShares,
  massShares,
  projectionShares,
  relevanceScores,
  residual,
} from "./explain/relevance.js";
export { type FormValues, relevanceForms } from "./explain/relevance-forms.js";
export { type Explanation, parseExplanation } from "./explain/schema.js";
export { runSources, type Source, sourceName } from "./explain/sources.js";
export { type RecordedStep, recorded, type StepRecord } from "./explain/timeline.js";
export { mergeWords } from "./explain/words.js";
export { loadVocabulary, loadWordTable } from "./files/assets.js";
export { exportModel } from "./files/export.js";
export { loadFeatureNetwork, loadInception } from "./files/feature-network.js";
export { type FoundModel, findModel, loadModel, saveModel } from "./files/model.js";
export { loadNeglect, neglectFile } from "./files/neglect.js";
export { openPromptEncoder, type TextSource } from "./files/prompt-encoder.js";
export { loadSprites } from "./files/sprites.js";
export { openTensorFile, type TensorFile } from "./files/tensor-file.js";
export { freeze, thaw } from "./graph/freeze.js";
export { gradients } from "./graph/gradient.js";
export { interpret } from "./graph/interpret.js";
export { constant, input, scalar } from "./graph/ops/constant.js";
export { conv } from "./graph/ops/convolution.js";
export * from "./graph/ops/elementwise.js";
export { gate } from "./graph/ops/gate.js";
export { matmul } from "./graph/ops/product.js";
export { mean, sum, sumOfSquares } from "./graph/ops/reduce.js";
export { softmax } from "./graph/ops/softmax.js";
export { standardise } from "./graph/ops/standardise.js";
export { broadcastTo, concat, reshape, slice, transpose } from "./graph/ops/structure.js";
export { forwardRows } from "./graph/rows.js";
export type { Shape } from "./graph/shape.js";
export type { Tensor } from "./graph/tensor.js";
export { completenessError } from "./methods/completeness.js";
export {
  type AttributionDocument,
  attributionDocument,
  mapShares,
  parseAttribution,
} from "./methods/document.js";
export type { Account, Attribution, Cost, Explainer, Method, Subject } from "./methods/method.js";
export { METHOD_NAMES, METHODS, type MethodName } from "./methods/methods.js";
export { shapleyValues } from "./methods/shapley.js";
export { finishedPicture, prediction } from "./methods/subject.js";
export { parseUNetConfig, type UNetConfig } from "./model/config.js";
export { denoiseGraph, explainGraph } from "./model/graphs.js";
export { type ModelSize, modelSize } from "./model/info.js";
export type { LoadedModel } from "./model/loaded.js";
export { type ModelConfig, parseModelConfig } from "./model/model-config.js";
export { type NeglectCalibration, parseNeglectCalibration } from "./model/neglect-calibration.js";
export { type EncodedPrompt, promptEncoder } from "./model/prompt-encoder.js";
export { unet } from "./model/unet.js";
export { collectParameters, initialWeights } from "./model/weights.js";
export { figurePng, type Generated, type GenerateOptions, generate, picturePng } from "./pellucid.js";
export { type Checkpoint, openCheckpoint, stateDict } from "./pytorch/checkpoint.js";
export type { Compile, Executable } from "./runtime/executable.js";
export { lower, type OnnxModel } from "./runtime/lower.js";
export { type Device, nodeCompiler } from "./runtime/node.js";
export { readSafetensors } from "./safetensors/read.js";
export { openSafetensors, type StoredTensor } from "./safetensors/stored.js";
export { writeSafetensors } from "./safetensors/write.js";
export { parseTrainConfig, type TrainConfig } from "./train/config.js";
export { version } from "./version.js";
