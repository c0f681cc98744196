/** The HTTP API over a database. Request flow: closing? → Host → token → route → parameters → query → rows, each able to end in a problem. */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { type Database, HourbaseError, isHourbaseError } from 'hourbase'
import { checkHost, checkToken } from './access.js'
import { PROBLEM_TYPE, problemOf, toHourbaseError } from './problem.js'
import { refuseGarbage } from './refuse-garbage.js'
import { addAggregateRoutes } from './routes/aggregate-routes.js'
import { addHealthRoutes, OPEN_ROUTES } from './routes/health-routes.js'
import { addScanRoutes } from './routes/scan-routes.js'
import { addTableRoutes } from './routes/table-routes.js'
import { type ServerOptions, type ServerSettings, settle } from './server-options.js'

/** Does not listen: `serve` does, and tests inject. Closing it leaves the database open. */
export function buildServer(db: Database, options: ServerOptions = {}): FastifyInstance {
  const settings = settle(options)
  const app = createApp(settings)
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    return sendProblem(error, request, reply, settings)
  }
  app.setErrorHandler(fail)
  app.setNotFoundHandler((request, reply) => fail(routeError(request, knownPaths), request, reply))
  const knownPaths: KnownPath[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) knownPaths.push({ method: one, pattern: patternOf(url) })
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store')
    if (settings.gate.isStopping) reply.header('connection', 'close')
    reply.raw.once('finish', () => closeIdleOnStop(app, settings))
    checkHost(request.headers.host, settings.allowedHosts)
    if (!OPEN_ROUTES.includes(request.routeOptions.url ?? '')) {
      checkToken(request.headers.authorization, settings.token)
      settings.gate.checkOpen()
    }
  })
  addHealthRoutes(app, db, settings)
  addTableRoutes(app, db)
  addScanRoutes(app, db, settings)
  addAggregateRoutes(app, db, settings)
  return app
}

function createApp(settings: ServerSettings): FastifyInstance {
  const app = fastify({
    bodyLimit: settings.limits.bodyBytesMax,
    connectionTimeout: 60_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 5_000,
    maxRequestsPerSocket: 1_000,
    http: { connectionsCheckingInterval: 1_000, headersTimeout: 10_000 },
    exposeHeadRoutes: false,
    // Requests on open connections during a stop get a problem from our own hook.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: refuseGarbage,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, settings),
  }) as FastifyInstance
  app.server.maxConnections = settings.limits.connectionsMax
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
  return app
}

/** A connection that falls idle during a stop would else live until its keep-alive ends. */
function closeIdleOnStop(app: FastifyInstance, settings: ServerSettings): void {
  if (settings.gate.isStopping) setImmediate(() => app.server.closeIdleConnections())
}

function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: ServerSettings,
): FastifyReply {
  const problem = problemOf(error, request.id)
  if (problem.status >= 500) {
    const { code, message } = toHourbaseError(error)
    settings.log(
      `${request.id} ${request.method} ${request.routeOptions.url ?? '-'} ${problem.status} ${code}: ${message}`,
    )
  }
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="hourbase"')
  if (problem.status === 503 && problem.retryable) reply.header('retry-after', '1')
  const allow = isHourbaseError(error, 'METHOD_NOT_ALLOWED') ? error.where['allow'] : undefined
  if (typeof allow === 'string') reply.header('allow', allow)
  return reply.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem))
}

interface KnownPath {
  readonly method: string
  readonly pattern: RegExp
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replace(/:[a-z]+/gi, '[^/]+')}$`)
}

/** A known path with another method is a 405 that says which method would do. */
function routeError(request: FastifyRequest, known: readonly KnownPath[]): HourbaseError {
  const path = request.url.split('?', 1)[0]!
  const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
  if (methods.length > 0) {
    return new HourbaseError('METHOD_NOT_ALLOWED', `${request.method} is not for ${path}`, {
      where: { method: request.method, allow: methods.join(', ') },
      hint: `use ${methods.join(' or ')}`,
    })
  }
  return new HourbaseError('ROUTE_NOT_FOUND', `there is no ${path}`, {
    where: { path },
    hint: 'start at /v1/tables; the routes are in docs/http.md',
  })
}
