/** Unit and contract tests, and the bundles spawned as a runner spawns them: needs git, Node and npm only. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testPathIgnorePatterns: [
    '<rootDir>/test/e2e/',
    '<rootDir>/test/prove/',
    '<rootDir>/test/pairs/',
    '<rootDir>/test/clients/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 60_000,
  // Two cores are two workers: jest alone would leave one of them idle.
  maxWorkers: '100%',
};
