import { z } from 'zod'
import { documentationPage } from '../../documentation-page.ts'
import { openApiDocument } from '../../openapi.ts'
import { defineRoute, type Route } from '../../route.ts'

/** `/openapi.json`, and the same for people at `/docs`; both are made once, of the routes given and of themselves. */
export const documentationRoutes = (routes: readonly Route[]): readonly Route[] => {
  const openApi: Route = defineRoute({
    method: 'get',
    path: '/openapi.json',
    name: 'openApi',
    tag: 'Operations',
    summary: 'This description, as OpenAPI 3.1',
    access: 'open',
    responses: { 200: { description: 'The document.', body: z.record(z.string(), z.unknown()) } },
    handle: async () => ({ status: 200, body: document }),
  })
  const docs: Route = defineRoute({
    method: 'get',
    path: '/docs',
    name: 'docs',
    tag: 'Operations',
    summary: 'This description, for people',
    access: 'open',
    responses: { 200: { description: 'A page.', body: z.string(), contentType: 'text/html; charset=utf-8' } },
    // The page has a style sheet of its own and nothing else: no script, no picture, no other host.
    handle: async () => ({ status: 200, body: page, headers: { 'content-security-policy': pagePolicy } }),
  })
  const document: Readonly<Record<string, unknown>> = { ...openApiDocument([...routes, openApi, docs]) }
  const page = documentationPage(document)
  return [openApi, docs]
}

const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
