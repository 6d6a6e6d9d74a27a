import { z } from 'zod'
import { documentationPage } from '../../documentation-page.ts'
import { openApiDocument } from '../../openapi.ts'
import { defineRoute, type Route } from '../../route.ts'

/** `/openapi.json`, and the same for people at `/docs`. Both are made once, from the given routes and these two. */
export const documentationRoutes = (routes: readonly Route[]): readonly Route[] => {
  const openApi: Route = defineRoute({
    method: 'get',
    path: '/openapi.json',
    name: 'openApi',
    tag: 'Operations',
    summary: 'The description of this API, as OpenAPI 3.1',
    access: 'open',
    responses: { 200: { description: 'The OpenAPI document.', body: z.record(z.string(), z.unknown()) } },
    handle: async () => ({ status: 200, body: document }),
  })
  const docs: Route = defineRoute({
    method: 'get',
    path: '/docs',
    name: 'docs',
    tag: 'Operations',
    summary: 'The description of this API, as a page for people',
    access: 'open',
    responses: { 200: { description: 'An HTML page.', body: z.string(), contentType: 'text/html; charset=utf-8' } },
    // The page has an inline style sheet and loads nothing: no script, no picture, nothing from another host.
    handle: async () => ({ status: 200, body: page, headers: { 'content-security-policy': pagePolicy } }),
  })
  const document: Readonly<Record<string, unknown>> = { ...openApiDocument([...routes, openApi, docs]) }
  const page = documentationPage(document)
  return [openApi, docs]
}

const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
