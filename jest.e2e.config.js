/** End-to-end tests: other people's programs drive the bundles. `npm run e2e` installs those programs first. */
import unit from './jest.config.js';

export default {
  ...unit,
  roots: ['<rootDir>/test/e2e'],
  testPathIgnorePatterns: [],
  testTimeout: 240_000,
  // Half of their time goes by in waiting, but each file starts servers and moves hundreds of megabytes.
  maxWorkers: 2,
};
