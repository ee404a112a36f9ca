import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may import whom (docs/architecture.md): a tag names a package's place, a constraint what it may see. */
const boundaries = [
  {
    sourceTag: 'type:api',
    onlyDependOnLibsWithTags: [],
    bannedExternalImports: ['tsyringe', 'reflect-metadata', 'graphql*'],
  },
  {
    sourceTag: 'type:protocol',
    onlyDependOnLibsWithTags: ['type:api'],
    bannedExternalImports: ['tsyringe', 'rxjs'],
  },
  {
    sourceTag: 'type:kernel',
    onlyDependOnLibsWithTags: ['type:api'],
    bannedExternalImports: ['@modelcontextprotocol/*'],
  },
  {
    sourceTag: 'type:connection',
    onlyDependOnLibsWithTags: ['type:api', 'type:protocol'],
    bannedExternalImports: ['tsyringe'],
  },
  {
    sourceTag: 'type:client-session',
    onlyDependOnLibsWithTags: ['type:api', 'type:protocol'],
    bannedExternalImports: ['tsyringe'],
  },
  {
    sourceTag: 'type:gateway',
    onlyDependOnLibsWithTags: ['type:api', 'type:protocol', 'type:kernel', 'type:connection'],
  },
  {
    sourceTag: 'type:plugin',
    onlyDependOnLibsWithTags: ['type:api'],
    bannedExternalImports: ['tsyringe', 'reflect-metadata'],
  },
  {
    sourceTag: 'type:endpoint',
    onlyDependOnLibsWithTags: ['type:api', 'type:protocol', 'type:client-session'],
    bannedExternalImports: ['tsyringe', 'reflect-metadata'],
  },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:api', 'type:protocol', 'type:kernel', 'type:connection', 'type:gateway'],
  },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: ['type:api', 'type:protocol', 'type:kernel'],
  },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:tool'] },
  {
    sourceTag: 'type:e2e',
    onlyDependOnLibsWithTags: [
      'type:api',
      'type:protocol',
      'type:gateway',
      'type:app',
      'type:tool',
      'type:testing',
    ],
  },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/out-tsc', '**/coverage', '**/node_modules', '**/tmp', '.nx', '.cache'] },
  ...nx.configs['flat/base'],
  ...nx.configs['flat/typescript'],
  ...nx.configs['flat/javascript'],
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allow: ['^.*/jest\\.preset\\.mjs$'],
          // The command loads the gateway late, and its types and its configuration at once.
          checkDynamicDependenciesExceptions: ['@switchyard/gateway'],
          depConstraints: boundaries,
        },
      ],
    },
  },
  prettier,
);
