/** The public API: what the command line does, as functions. */
export { type BuildCounts, type BuildOptions, type BuildResult, build } from './build.js'
export { type Config, type LoadedConfig, loadConfig, parseConfig } from './config.js'
export {
  type Diagnostic,
  type Place,
  type RuleName,
  type RuleSettings,
  rules,
  type Severity,
} from './diagnostics.js'
export { type RenderOptions, render } from './markdown/pipeline.js'
export type { Heading, Hole, Rendered } from './markdown/rendered.js'
export { codeFrame, terminalReport } from './report.js'
export { type ServeOptions, type Serving, serve } from './serve.js'
export { version } from './version.js'
