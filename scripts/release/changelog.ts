/** A changeset, as `changeset status --output` gives it: the text of one change that a user notices. */
export interface Changeset {
  readonly summary: string;
}

const UPGRADE = /^Upgrade:\s*/;

/**
 * The section of a release in the voice of CHANGELOG.md: a list of what it does now, then what to know for the upgrade. A paragraph of a
 * changeset is one line of the list, or several that begin with `- `; one that begins with `Upgrade:` goes below the list.
 */
export function releaseSection(version: string, changesets: readonly Changeset[]): string {
  const paragraphs = changesets.flatMap(({ summary }) => summary.trim().split(/\n\s*\n/)).filter(Boolean);
  const upgrade = paragraphs.filter((text) => UPGRADE.test(text)).map((text) => text.replace(UPGRADE, ''));
  const list = paragraphs.filter((text) => !UPGRADE.test(text)).map(asListItem);
  const below = upgrade.length === 0 ? '' : `\n${upgrade.join('\n\n')}\n`;
  return `## ${version}\n\n${list.join('\n')}\n${below}`;
}

/** The changelog with a section before its newest one. */
export function withSection(changelog: string, section: string): string {
  const newest = changelog.search(/^## /m);
  if (newest === -1) return `${changelog.trimEnd()}\n\n${section}`;
  return `${changelog.slice(0, newest)}${section}\n${changelog.slice(newest)}`;
}

/** What the changelog says about a version, without its heading; undefined when it says nothing. */
export function sectionOf(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split('\n')[0]?.trim() === version);
  return section?.slice(section.indexOf('\n')).trim();
}

function asListItem(paragraph: string): string {
  return paragraph.startsWith('- ') ? paragraph : `- ${paragraph.replaceAll('\n', '\n  ')}`;
}
