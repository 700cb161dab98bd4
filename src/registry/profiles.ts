/** What differs between the GitLab versions that the registry can behave like, as one table. */

type GitlabVersion = '13.5' | '17.2' | '18.4' | '18.6' | '19.3';

/** Which characters the last segment of a file name may have; see names.ts. */
export type FileNameRule = 'plain' | 'plus' | 'tilde' | 'at';

export interface Profile {
  readonly version: GitlabVersion;
  /** As `GET /version` says it. */
  readonly release: string;
  readonly fileNames: FileNameRule;
  /** 13.5 took three numbers only. */
  readonly numericVersions: boolean;
  /** Directories in file names (`path` of the route). */
  readonly directories: boolean;
  /** `status` and `select` on upload, `status` in lists; older servers ignore unknown parameters. */
  readonly statuses: boolean;
  /** Basic and deploy tokens on the generic routes. */
  readonly basicAndDeploy: boolean;
  /** May anyone read files of public projects without a token? */
  readonly anonymousFiles: boolean;
  /** `package_version` of the list, 16.6 on. */
  readonly versionFilter: boolean;
  /** `order_by` and `sort` of package files. */
  readonly fileOrder: boolean;
  /** DELETE of one package file, 13.12 on. */
  readonly fileDeletes: boolean;
  /** `…/package_files/:id/download`, 18.4 on. */
  readonly downloadById: boolean;
  /** `X-Checksum-SHA256` on downloads, 18.6 on. */
  readonly checksumHeader: boolean;
  /** The group's setting on duplicates, 13.12 on. */
  readonly duplicatesSetting: boolean;
  /** Does the exception also forbid where duplicates are allowed? Older ones only loosen. */
  readonly exceptionInverts: boolean;
  /** Package protection rules for generic packages. */
  readonly protection: boolean;
  /** Do guests of private projects read packages? Reporters before. */
  readonly guestsPull: boolean;
  /** Is a job token of a foreign project told so with 403? 404 before. */
  readonly jobRefusalNamed: boolean;
  /** `raw` and `description` of CI/CD variables, and scopes of a group's; 16.9 on. */
  readonly variableDetails: boolean;
  /** `masked_and_hidden`, 17.6 on. */
  readonly hiddenVariables: boolean;
  /** Do job tokens read commits and the list of branches? 18.4 on. */
  readonly jobsReadCode: boolean;
  /** `permalink/latest` of releases and downloads of their assets, 15.4 on. */
  readonly releasePermalinks: boolean;
  /** Does `gitlab-ci-token` with a job token upload by Basic? Only from 19 on; downloads always could. */
  readonly jobBasicUploads: boolean;
  /** Personal tokens with single permissions instead of scopes; 19 on. */
  readonly fineGrained: boolean;
}

const OLDEST: Profile = {
  version: '13.5',
  release: '13.5.0',
  fileNames: 'plain',
  numericVersions: true,
  directories: false,
  statuses: false,
  basicAndDeploy: false,
  anonymousFiles: false,
  versionFilter: false,
  fileOrder: false,
  fileDeletes: false,
  downloadById: false,
  checksumHeader: false,
  duplicatesSetting: false,
  exceptionInverts: false,
  protection: false,
  guestsPull: false,
  jobRefusalNamed: false,
  variableDetails: false,
  hiddenVariables: false,
  jobsReadCode: false,
  releasePermalinks: false,
  jobBasicUploads: false,
  fineGrained: false,
};

const V17_2: Profile = {
  ...OLDEST,
  version: '17.2',
  release: '17.2.0',
  fileNames: 'plus',
  numericVersions: false,
  directories: true,
  statuses: true,
  basicAndDeploy: true,
  anonymousFiles: true,
  versionFilter: true,
  fileDeletes: true,
  duplicatesSetting: true,
  variableDetails: true,
  releasePermalinks: true,
};

const V18_4: Profile = {
  ...V17_2,
  version: '18.4',
  release: '18.4.0',
  fileNames: 'tilde',
  fileOrder: true,
  downloadById: true,
  exceptionInverts: true,
  protection: true,
  guestsPull: true,
  jobRefusalNamed: true,
  hiddenVariables: true,
  jobsReadCode: true,
};

/** What the registry behaves like unless told otherwise: most servers are not newer yet. */
export const DEFAULT_PROFILE: Profile = {
  ...V18_4,
  version: '18.6',
  release: '18.6.0',
  fileNames: 'at',
  checksumHeader: true,
};

const V19_3: Profile = {
  ...DEFAULT_PROFILE,
  version: '19.3',
  release: '19.3.0',
  jobBasicUploads: true,
  fineGrained: true,
};

/** Oldest first. */
export const PROFILES: readonly Profile[] = [OLDEST, V17_2, V18_4, DEFAULT_PROFILE, V19_3];
