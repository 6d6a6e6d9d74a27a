import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkNames } from './names.ts'
import { sourceFile } from './source.ts'

const events = sourceFile({
  path: 'domain/stock/events.ts',
  source: [
    'export const stockEventSchemas = {',
    '  StockReceived: z.strictObject(eventFields),',
    '  /** A comment. */',
    '  StockAdjusted: z.strictObject({',
    '    ...stockFields,',
    '    Reason: reasonSchema,',
    '  }),',
    '}',
    'export const other = {',
    '  NoEvent: 1,',
    '}',
  ].join('\n'),
})

const findings = (path: string, source: string): readonly string[] =>
  checkNames([events, sourceFile({ path, source })]).map(({ line, what }) => `${line} ${what}`)

describe('an event’s name', () => {
  test.each(['api/contract/stock.ts', 'commands/change-stock.ts'])('is no exported type of %s', (path) => {
    const source = 'const a = 1\nexport type StockReceived = 1\nexport interface StockAdjusted {}\n'
    expect(findings(path, source)).toEqual(['2 StockReceived', '3 StockAdjusted'])
  })

  test('is no id in the OpenAPI document', () => {
    expect(findings('api/contract/stock.ts', "const a = z\n  .object({})\n  .meta({ id: 'StockReceived' })")).toEqual([
      '3 StockReceived',
    ])
  })

  test.each([
    [
      'api/contract/stock.ts',
      'export type StockReceivedView = 1\ntype StockReceived = 1\nexport type NoEvent = Reason',
    ],
    ['projections/events.ts', 'export type StockReceived = 1'],
    ['api/a.test.ts', 'export type StockReceived = 1'],
    ['api/a.ts', "// export type StockReceived = 1\nconst a = { type: 'StockReceived' }"],
  ])('%s: %j is accepted', (path, source) => {
    expect(findings(path, source)).toEqual([])
  })

  test('is read from every file of events that there is', () => {
    const names = ['order/events.ts:OrderPlaced', 'product/events.ts:ProductListed', 'stock/events.ts:StockReceived']
    for (const [path = '', name = ''] of names.map((text) => text.split(':'))) {
      const source = readFileSync(new URL(`../../domain/${path}`, import.meta.url), 'utf8')
      const files = [
        sourceFile({ path: `domain/${path}`, source }),
        sourceFile({ path: 'api/a.ts', source: `export type ${name} = 1` }),
      ]
      expect(checkNames(files).map(({ what }) => what)).toEqual([name])
    }
  })
})

describe('in a route', () => {
  const path = 'api/routes/stock/adjust-stock.ts'

  test('a type whose last word does not say what it is, is refused', () => {
    expect(findings(path, 'export type AdjustStock = 1\nexport type StockPage = 1\ntype Own = 1')).toEqual([
      '1 AdjustStock',
      '2 StockPage',
    ])
  })

  test('what a use case or a query is called with ends in Request', () => {
    const source = [
      'export type AdjustDependencies = {',
      '  readonly adjustStock: StockUseCase<Adjustment>',
      '  readonly levels: (query: LevelsView, origin: Origin) => Promise<LevelsView>',
      '}',
      '',
      'const present = (view: StockView) => view',
      'export type OtherDependencies = { readonly adjust: UseCase<AdjustStock, StockView> }',
    ].join('\n')
    expect(findings(path, source)).toEqual(['2 Adjustment', '3 LevelsView', '7 AdjustStock'])
  })

  test('such types are accepted', () => {
    const source = [
      'export type AdjustStockRequest = 1',
      'export type StockChangeView = 1',
      'export type StockUseCase<Request> = UseCase<Request, StockChangeView>',
      'export type AdjustStockDependencies = {',
      '  readonly adjustStock: StockUseCase<AdjustStockRequest>',
      '  readonly levelsOfSku: (sku: string) => Promise<readonly StockChangeView[]>',
      '}',
    ].join('\n')
    expect(findings(path, source)).toEqual([])
  })

  test('and only in a route', () => {
    expect(findings('api/wiring/stock.ts', 'export type Stock = 1')).toEqual([])
  })
})
