import js from '@eslint/js';
import ts from 'typescript-eslint';

/**
 * The rooms of src/ and what each may import besides itself and core/ (ARCHITECTURE.md).
 * core/ imports nothing of ours; registry/ shares nothing with gitlab/, so that client and
 * server cannot be wrong together.
 */
const ROOMS = {
  core: [],
  spec: ['core'],
  hosts: ['core', 'spec'],
  gitlab: ['core'],
  transfer: ['core', 'gitlab'],
  registry: ['core'],
  verbs: ['core', 'spec', 'gitlab', 'transfer', 'registry'],
  generate: ['core', 'spec', 'verbs'],
  main: ['core', 'spec', 'hosts', 'verbs'],
};

const everyRoom = Object.keys(ROOMS);

function arrowsOf(room) {
  const closed = everyRoom.filter((other) => other !== room && !ROOMS[room].includes(other));
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...closed.map((other) => ({
              group: [`**/${other}/*`, `**/${other}/**`],
              message: `${room}/ may not import ${other}/ (ARCHITECTURE.md, arrows).`,
            })),
            { group: ['**/run.ts'], message: 'Only main/ starts a run.' },
            ...(room === 'hosts'
              ? []
              : [{ group: ['@actions/core'], message: 'Only hosts/github-step/github.ts speaks to the runner.' }]),
          ].filter((pattern) => room !== 'main' || pattern.group[0] !== '**/run.ts'),
        },
      ],
    },
  };
}

export default ts.config(
  { ignores: ['dist/', 'lib/', 'node_modules/', 'coverage/', '.tools/', '.venv/'] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/no-shadow': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
  {
    // The environment, the console and exit codes belong to hosts/ and main/.
    files: ['src/**/*.ts'],
    ignores: ['src/hosts/**', 'src/main/**', 'src/generate/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is read in hosts/ only; take it from the Context.',
        },
        { object: 'process', property: 'exit', message: 'Throw a Failure; main/ decides the exit code.' },
        { object: 'process', property: 'exitCode', message: 'Throw a Failure; main/ decides the exit code.' },
      ],
    },
  },
  ...everyRoom.map(arrowsOf),
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
);
