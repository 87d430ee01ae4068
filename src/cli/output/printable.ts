/**
 * A text that moves no cursor, changes no colour and ends no line. Ids and reasons come from events and from other systems: a terminal would obey what is
 * hidden in them.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => ESCAPES[character] ?? unicodeEscape(character));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
