/** The HTTP server of Hourbase: `buildServer` for tests and embedding, `serve` to listen. */
export { isLoopback, TOKEN_CHARS_MIN } from './access.js'
export { buildServer } from './build-server.js'
export { QueryGate } from './query-gate.js'
export { type RunningServer, type ServeOptions, serve } from './serve.js'
export { DEFAULT_LIMITS, LOOPBACK_HOSTS, type ServerLimits, type ServerOptions } from './server-options.js'
