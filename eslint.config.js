import { dirname, join, relative, sep } from 'node:path';
import js from '@eslint/js';
import ts from 'typescript-eslint';

const SRC = join(import.meta.dirname, 'src');

/**
 * The rooms of src/ and what each may import besides itself (ARCHITECTURE.md).
 * core/ imports nothing of ours; registry/ shares nothing with gitlab/, so that client and
 * server cannot be wrong together. Only main/ starts a run.
 */
const ROOMS = {
  core: [],
  definitions: ['core'],
  hosts: ['core', 'definitions'],
  gitlab: ['core'],
  transfer: ['core', 'gitlab'],
  registry: ['core'],
  commands: ['core', 'definitions', 'gitlab', 'transfer', 'registry'],
  generate: ['core', 'definitions', 'commands'],
  main: ['core', 'definitions', 'hosts', 'commands', 'run.ts'],
};

/** Imports that only one place may have, and imports that read the environment behind our back. */
const RUNNER = { group: ['@actions/core'], message: 'Only hosts/github/github.ts speaks to the runner.' };
const PROXY = 'It reads process.env. The proxies are context.proxy, read in hosts/environment.ts.';
const ENVIRONMENT_READERS = [
  { name: '@actions/http-client', importNames: ['getProxyUrl', 'checkBypass'], message: PROXY },
  { name: '@actions/http-client/lib/proxy', message: PROXY },
  { name: 'node:http', importNames: ['setGlobalProxyFromEnv'], message: PROXY },
];
const PROCESS = ['process', 'node:process'].map((name) => ({
  name,
  message: 'The process belongs to hosts/ and main/; take what is needed from the Context.',
}));

/** Holds the arrows: each import of ours is resolved, and its room looked up. */
const arrows = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const roomOf = (file) => relative(SRC, file).split(sep)[0];
    const room = roomOf(context.filename);
    const allowed = ROOMS[room];
    if (allowed === undefined) return {};
    const check = ({ source }) => {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const target = join(dirname(context.filename), source.value);
      const other = roomOf(target);
      if (other === '..' || other === room || other === 'version.ts' || allowed.includes(other)) return;
      context.report({ node: source, message: `${room}/ may not import ${other} (ARCHITECTURE.md, arrows).` });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

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
      'no-nested-ternary': 'error',
      'max-params': ['error', 4],
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
  {
    files: ['src/**/*.ts'],
    plugins: { house: { rules: { arrows } } },
    // Prettier leaves long texts and comments as they are.
    rules: { 'house/arrows': 'error', 'max-len': ['error', { code: 120, ignoreUrls: true }] },
  },
  {
    // Of rules with the same name the last one counts whole, so each of these lists has all that holds for its files.
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: [...ENVIRONMENT_READERS, ...PROCESS], patterns: [RUNNER] }],
    },
  },
  {
    files: ['src/hosts/**/*.ts', 'src/main/**/*.ts', 'src/generate/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: ENVIRONMENT_READERS, patterns: [RUNNER] }] },
  },
  {
    files: ['src/hosts/github/github.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: ENVIRONMENT_READERS }] },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'URL', 'Buffer', 'Blob', 'fetch'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    // Runs by `node -e`: no module, and no import before Node's version was looked at.
    files: ['src/generate/fetch-program.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off', 'max-len': ['error', { code: 120 }] },
    languageOptions: {
      globals: { require: 'readonly', AbortSignal: 'readonly', setTimeout: 'readonly' },
    },
  },
);
