// `npm run eventstore -- --port 2113 --data DIR`: the event store node alone.
import '#embedded/eventstore/main.ts'
