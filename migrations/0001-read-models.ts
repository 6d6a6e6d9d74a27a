import { type Kysely, sql } from 'kysely'

// The read database as it first stood. A migration is frozen once it has landed: change the schema by adding another.
// Instants are milliseconds since the epoch and positions are the log's own, as in the events; both are bigint.
// Every read model table says by `position` which event it stood at, so that a stale writer cannot turn a row back.

type Schema = Kysely<unknown>

export const up = async (db: Schema): Promise<void> => {
  await createBookkeeping(db)
  await createCatalogue(db)
  await createStock(db)
  await createOrders(db)
  await createTimeline(db)
  await createRecords(db)
}

const createBookkeeping = async (db: Schema): Promise<void> => {
  await db.schema
    .createTable('projection_checkpoints')
    .addColumn('projection', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint')
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('stopped', 'text')
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema
    .createTable('parked_streams')
    .addColumn('projection', 'text', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('problem', 'text', (column) => column.notNull())
    .addColumn('last_revision', 'bigint', (column) => column.notNull())
    .addColumn('parked_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('parked_streams_pkey', ['projection', 'stream'])
    .execute()
}

/**
 * Products are two tables: a narrow one that filters, sorts and facets read, and whose columns of stock change all the time
 * (no index holds them, so such a change is a cheap in-page update, hence the fill factor); and a wide one of texts.
 */
const createCatalogue = async (db: Schema): Promise<void> => {
  await db.schema
    .createTable('catalogue_products')
    .addColumn('sku', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text')
    .addColumn('brand', 'text')
    .addColumn('category', 'text')
    .addColumn('image_url', 'text')
    .addColumn('unit_price', 'bigint')
    .addColumn('currency', 'text')
    .addColumn('price_revision', 'bigint')
    .addColumn('discontinued', 'boolean')
    .addColumn('listed_at', 'bigint')
    .addColumn('updated_at', 'bigint')
    .addColumn('position', 'bigint')
    .addColumn('levels', 'jsonb')
    .addColumn('available', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('stock_position', 'bigint')
    .modifyEnd(sql`with (fillfactor = 80)`)
    .execute()
  for (const columns of [
    ['unit_price', 'sku'],
    ['name', 'sku'],
    ['listed_at', 'sku'],
    ['brand'],
    ['category'],
  ] as const)
    await db.schema
      .createIndex(`catalogue_products_by_${columns[0]}`)
      .on('catalogue_products')
      .columns([...columns])
      .execute()
  await createCatalogueTexts(db)
  await db.schema
    .createTable('catalogue_prices')
    .addColumn('sku', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('unit_price', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('catalogue_prices_pkey', ['sku', 'revision'])
    .execute()
}

const createCatalogueTexts = async (db: Schema): Promise<void> => {
  await db.schema
    .createTable('catalogue_texts')
    .addColumn('sku', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('brand', 'text')
    .addColumn('category', 'text')
    .addColumn('description', 'text')
    .addColumn('attributes', 'jsonb', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('search', sql`tsvector`, (column) =>
      column
        .generatedAlwaysAs(
          sql`setweight(to_tsvector('english', name), 'A')
            || setweight(to_tsvector('english', coalesce(brand, '') || ' ' || coalesce(category, '')), 'B')
            || setweight(to_tsvector('english', coalesce(description, '')), 'C')
            || setweight(to_tsvector('english', attributes), 'D')`,
        )
        .stored(),
    )
    .execute()
  await sql`create index catalogue_texts_search on catalogue_texts using gin (search)`.execute(db)
}

const createStock = async (db: Schema): Promise<void> => {
  await db.schema
    .createTable('stock_levels')
    .addColumn('sku', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('on_hand', 'bigint', (column) => column.notNull())
    .addColumn('held', 'bigint', (column) => column.notNull())
    .addColumn('committed', 'bigint', (column) => column.notNull())
    .addColumn('safety', 'bigint', (column) => column.notNull())
    .addColumn('available', 'bigint', (column) => column.notNull())
    .addColumn('shortfall', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('stock_levels_pkey', ['sku', 'location'])
    .execute()
  await db.schema
    .createTable('holds')
    .addColumn('reservation_id', 'uuid', (column) => column.notNull())
    .addColumn('line', 'integer', (column) => column.notNull())
    .addColumn('sku', 'text', (column) => column.notNull())
    .addColumn('location', 'text', (column) => column.notNull())
    .addColumn('quantity', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('first_expires_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .addColumn('shipped', 'bigint', (column) => column.notNull())
    .addColumn('returned', 'bigint', (column) => column.notNull())
    .addColumn('shortfall_at', 'bigint')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('holds_pkey', ['reservation_id', 'line', 'sku', 'location'])
    .execute()
  await sql`create index holds_due on holds (expires_at) where status = 'held'`.execute(db)
  await sql`create index holds_in_shortfall on holds (shortfall_at) where shortfall_at is not null`.execute(db)
}

const createOrders = async (db: Schema): Promise<void> => {
  await db.schema
    .createTable('orders')
    .addColumn('order_id', 'uuid', (column) => column.primaryKey())
    .addColumn('order_number', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('customer_id', 'uuid', (column) => column.notNull())
    .addColumn('reservation_id', 'uuid', (column) => column.notNull())
    .addColumn('total', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('country', 'text', (column) => column.notNull())
    .addColumn('placed_at', 'bigint', (column) => column.notNull())
    .addColumn('confirmed_at', 'bigint')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('look_again_at', 'bigint')
    .addColumn('needs_attention', 'boolean', (column) => column.notNull())
    .addColumn('attention_reason', 'text')
    .addColumn('attention_at', 'bigint')
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('state', 'jsonb', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('orders_by_number').on('orders').column('order_number').execute()
  await db.schema.createIndex('orders_by_placed_at').on('orders').columns(['placed_at', 'order_id']).execute()
  await db.schema.createIndex('orders_of_customer').on('orders').columns(['customer_id', 'placed_at']).execute()
  await db.schema.createIndex('orders_by_status').on('orders').columns(['status', 'placed_at']).execute()
  await sql`create index orders_to_look_at on orders (look_again_at) where look_again_at is not null`.execute(db)
  await sql`create index orders_in_need on orders (attention_at) where needs_attention`.execute(db)
  await db.schema
    .createTable('order_revenue')
    .addColumn('order_id', 'uuid', (column) => column.notNull())
    .addColumn('fact', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('country', 'text', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('lines', 'integer', (column) => column.notNull())
    .addColumn('amount', 'bigint', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('order_revenue_pkey', ['order_id', 'fact'])
    .execute()
}

const createTimeline = async (db: Schema): Promise<void> => {
  await db.schema
    .createTable('timeline_orders')
    .addColumn('order_id', 'uuid', (column) => column.primaryKey())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('timeline_items')
    .addColumn('order_id', 'uuid', (column) => column.notNull())
    .addColumn('log_position', 'bigint', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('data', 'jsonb', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('timeline_items_pkey', ['order_id', 'log_position'])
    .execute()
}

/** Not read models: the key table of persons is the only copy, and is never rebuilt; snapshots are a hint. */
const createRecords = async (db: Schema): Promise<void> => {
  await db.schema
    .createTable('customer_keys')
    .addColumn('customer_id', 'uuid', (column) => column.primaryKey())
    .addColumn('email_hmac', 'bytea', (column) => column.notNull().unique())
    .addColumn('wrapped_key', 'bytea', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema
    .createTable('snapshots')
    .addColumn('stream', 'text', (column) => column.primaryKey())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('state_version', 'integer', (column) => column.notNull())
    .addColumn('bytes', 'bytea', (column) => column.notNull())
    .execute()
}
