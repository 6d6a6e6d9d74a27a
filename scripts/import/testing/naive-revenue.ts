import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'

// The rules for past orders once more, written apart from the import and as plainly as can be: all in memory, with loops.

type Row = Readonly<
  Record<'InvoiceNo' | 'StockCode' | 'Quantity' | 'InvoiceDate' | 'UnitPrice' | 'CustomerID' | 'Country', string>
>

export type NaiveRevenue = {
  readonly orders: number
  readonly lines: number
  readonly sold: number
  readonly returned: number
  readonly returnedLines: number
  readonly partly: number
  /** `2010-12 GB`: minor units sold less returned. */
  readonly byMonthAndCountry: ReadonlyMap<string, number>
}

type Purchase = {
  readonly invoice: string
  readonly date: string
  readonly price: number
  readonly country: string
  readonly quantity: number
  left: number
}

const isGoods = (code: string): boolean => /^\d{5}[A-Z]{0,2}$/.test(code)

export const naiveRevenue = (files: readonly string[], countries: Readonly<Record<string, string>>): NaiveRevenue => {
  const rows = files.flatMap((file): readonly Row[] =>
    parse(gunzipSync(readFileSync(file)), { columns: true, bom: true }),
  )
  const purchases = new Map<string, Purchase & { readonly key: string }>()
  for (const row of rows) {
    const code = row.StockCode.toUpperCase()
    const price = Math.round(Number(row.UnitPrice) * 100)
    const quantity = Number(row.Quantity)
    if (row.InvoiceNo.startsWith('C') || quantity <= 0 || price <= 0 || !isGoods(code)) continue
    const name = `${row.InvoiceNo} ${code} ${price}`
    const before = purchases.get(name)
    purchases.set(name, {
      key: `${row.CustomerID} ${code}`,
      invoice: row.InvoiceNo,
      price,
      country: countries[row.Country] ?? '',
      date: before?.date ?? row.InvoiceDate,
      quantity: (before?.quantity ?? 0) + quantity,
      left: (before?.left ?? 0) + quantity,
    })
  }
  const bought = Map.groupBy(purchases.values(), ({ key }) => key)
  const revenue = new Map<string, number>()
  const add = (date: string, country: string, amount: number): void => {
    const key = `${date.slice(0, 7)} ${country}`
    revenue.set(key, (revenue.get(key) ?? 0) + amount)
  }
  let sold = 0
  for (const { date, country, price, quantity } of purchases.values()) {
    sold += price * quantity
    add(date, country, price * quantity)
  }
  let returned = 0
  let returnedLines = 0
  let partly = 0
  const cancelled = rows.filter(
    (row) => row.InvoiceNo.startsWith('C') && row.CustomerID !== '' && isGoods(row.StockCode.toUpperCase()),
  )
  for (const row of cancelled.toSorted((one, other) =>
    one.InvoiceDate < other.InvoiceDate ? -1 : one.InvoiceDate > other.InvoiceDate ? 1 : 0,
  )) {
    const key = `${row.CustomerID} ${row.StockCode.toUpperCase()}`
    const found = (bought.get(key) ?? [])
      .filter((purchase) => purchase.date < row.InvoiceDate)
      .sort((one, other) =>
        one.date === other.date ? Number(other.invoice) - Number(one.invoice) : one.date < other.date ? 1 : -1,
      )
    let missing = -Number(row.Quantity)
    for (const purchase of found) {
      const units = Math.min(missing, purchase.left)
      purchase.left -= units
      missing -= units
      returned += units * purchase.price
      add(row.InvoiceDate, purchase.country, -units * purchase.price)
    }
    if (missing < -Number(row.Quantity)) returnedLines += 1
    if (missing > 0 && missing < -Number(row.Quantity)) partly += 1
  }
  const orders = new Set([...purchases.values()].map(({ invoice }) => invoice)).size
  return { orders, lines: purchases.size, sold, returned, returnedLines, partly, byMonthAndCountry: revenue }
}
