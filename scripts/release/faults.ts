import { sectionOf } from './changelog.ts';

/** All that decides whether a version may be published. */
export interface ReleaseFacts {
  readonly manifest: {
    readonly version: string;
    readonly private?: boolean;
    readonly repository?: string | { readonly url?: string };
  };
  /** The version that package-lock.json has. */
  readonly lockVersion: string;
  readonly changelog: string;
  /** Names of the changesets that wait in .changeset. */
  readonly changesets: readonly string[];
  /** What `git status --porcelain` prints. */
  readonly changed: string;
  /** The tag that is released. Default: none, it is not known yet. */
  readonly tag?: string;
  /** `owner/name` of the repository whose workflow publishes. Default: none, it is not known here. */
  readonly publishedFrom?: string;
}

/** Why the version cannot be published, and what to do about each; empty when it can. */
export function releaseFaults(facts: ReleaseFacts): string[] {
  return [...manifestFaults(facts), ...changelogFaults(facts), ...stateFaults(facts)];
}

function manifestFaults({ manifest, lockVersion, publishedFrom }: ReleaseFacts): string[] {
  const { version, repository, private: isPrivate } = manifest;
  const url = typeof repository === 'string' ? repository : repository?.url;
  return [
    isPrivate ? 'package.json says private: npm publishes nothing. Remove it' : undefined,
    lockVersion === version
      ? undefined
      : `package-lock.json is of another version [lock=${lockVersion} package=${version}]: npm install --package-lock-only`,
    url === undefined
      ? 'package.json has no repository, and npm takes no provenance without one: fill in "repository": { "type": "git", "url": "git+https://…" } with the address of the public repository that the release workflow runs in'
      : undefined,
    url !== undefined && publishedFrom !== undefined && !isRepository(url, publishedFrom)
      ? `package.json names another repository than the one that publishes, and npm compares them to the letter [repository=${url} publishes=${publishedFrom}]: correct the one in package.json`
      : undefined,
  ].filter((fault) => fault !== undefined);
}

function changelogFaults({ manifest: { version }, changelog }: ReleaseFacts): string[] {
  const unreleased = /^## (.+) \(unreleased\)$/m.exec(changelog)?.[1];
  if (unreleased !== undefined)
    return [
      `CHANGELOG.md has an unreleased section [section=${unreleased}]: take "(unreleased)" away when it is released, or write "(not published)"`,
    ];
  if (sectionOf(changelog, version)) return [];
  return [
    `CHANGELOG.md says nothing about the version [version=${version}]: npm run release:version writes it`,
  ];
}

function stateFaults({ manifest: { version }, changesets, changed, tag }: ReleaseFacts): string[] {
  return [
    changesets.length > 0
      ? `Changesets wait for a version [changesets=${changesets.join(',')}]: npm run release:version`
      : undefined,
    changed.trim() === ''
      ? undefined
      : `The work tree has changes: commit them, or take them back\n${changed.trimEnd()}`,
    tag === undefined || tag === `v${version}`
      ? undefined
      : `The tag is of another version [tag=${tag} version=${version}]: tag the commit that has this version`,
  ].filter((fault) => fault !== undefined);
}

/** As npm does it: what is around the path does not count, its letters do. */
function isRepository(url: string, name: string): boolean {
  return url.replace(/\.git$/, '').endsWith(`/${name}`) || url === `github:${name}` || url === name;
}
