import { defineConfig } from 'vitest/config'

// The suffix of a test file shows what it costs; each project is one stage of `npm test`, cheapest first.
const everywhere = { exclude: ['**/node_modules/**', '**/.holdfast/**'] }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...everywhere,
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...everywhere.exclude, '**/*.int.test.ts', '**/*.e2e.test.ts', '**/*.sim.test.ts'],
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        test: {
          ...everywhere,
          name: 'simulation',
          include: ['**/*.sim.test.ts'],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          ...everywhere,
          name: 'integration',
          include: ['**/*.int.test.ts'],
          globalSetup: './embedded/testing/global-setup.ts',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...everywhere,
          name: 'end-to-end',
          include: ['**/*.e2e.test.ts'],
          globalSetup: './embedded/testing/global-setup.ts',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
