// `npm run payments`: the payment simulator alone; see --help.
import '#embedded/payments/main.ts'
