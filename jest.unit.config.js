/** For the loop of whoever works here: the source alone, in the test's own process. `npm run test:unit` runs it. */
import all from './jest.config.js';

/** What starts other programs, which is what these show. */
const PROCESSES = [
  'main/',
  'core/(digest|selection-links|selection-oracle)',
  'generate/(job-script|job-script-fetch|job-script-source|scripts|setup)',
  'gitlab/(proxy|tls)',
  'registry/data',
  'platforms/(bad-surroundings|demo|incomplete-versions|own-release|registry-config|stopped-downloads|stopped-hashing)',
  'platforms/target-folder',
];
/** What takes long: tables of all pairs, large counts, and waiting that is the matter. */
const LONG = [
  'pairs/',
  'contract/claims',
  'core/(names|patterns-oracle|selection)',
  'generate/one-source',
  'gitlab/(get-file|pages|put-file|put-file-changed|put-file-refused|silent-proxy)',
  'hostile/(doubtful-uploads|intake|limits|lists|network|odd-servers|packages)',
  'commands/version-table',
  'definitions/definition-types',
  'platforms/(bad-days|gitlab-versions|manifest-and-content|many-files|mistakes|parts|pinned-parts|published-again)',
  'platforms/(redirected-storage|release-mirror|release-pipeline|release-places|release-races|release-refusals)',
  'platforms/(round-trip|version-claims|version-pipeline|wrong-usage)',
];

export default {
  ...all,
  testPathIgnorePatterns: [
    ...all.testPathIgnorePatterns,
    ...[...PROCESSES, ...LONG].map((path) => `<rootDir>/test/${path}${path.endsWith('/') ? '' : '\\.test\\.ts$'}`),
  ],
  // Where a test starts a bundle to show that it is the program, the source has to do here: nothing is built.
  moduleNameMapper: { '/platforms\\.ts$': '<rootDir>/test/support/in-process.ts' },
};
