/** Plain data → YAML as a person would write it: long texts folded, commands as literal blocks. */
import { Alias, Document, isScalar, Scalar, visit } from 'yaml';

export type Yaml =
  string | number | boolean | Scalar<string> | Alias | readonly Yaml[] | { readonly [key: string]: Yaml };

const WIDTH = 100;
/** Longer texts become folded blocks, so that no line of prose needs quotes. */
const LONGEST_PLAIN = 72;

/** A text that keeps its own lines, however long: a command. */
export function literal(text: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.type = Scalar.BLOCK_LITERAL;
  return scalar;
}

/** A text that stands once in its document, where `isFirst`, under an anchor; everywhere else the anchor's name. */
export function sharedLiteral(text: string, anchor: string, isFirst: boolean): Scalar<string> | Alias {
  return isFirst ? Object.assign(literal(text), { anchor }) : new Alias(anchor);
}

/** One YAML document. `comment` becomes its first line. */
export function yamlText(value: Yaml, comment?: string): string {
  // Without anchors: the same record in two jobs is written out twice.
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'string' || node.type !== undefined) return;
      node.type = styleOf(node.value, key === 'key');
    },
    Seq(_key, node) {
      // A list of words reads best on one line: [tags, retry, timeout].
      node.flow = node.items.length > 0 && node.items.every((item) => isScalar(item) && isWord(item.value));
    },
  });
  if (comment !== undefined) document.commentBefore = ` ${comment}`;
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false });
}

function styleOf(text: string, isKey: boolean): Scalar.Type {
  if (text.includes('$[[')) return Scalar.QUOTE_DOUBLE;
  if (isKey) return Scalar.PLAIN;
  if (text.includes('\n')) return Scalar.BLOCK_LITERAL;
  if (text.length > LONGEST_PLAIN) return Scalar.BLOCK_FOLDED;
  return Scalar.PLAIN;
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && /^[\w.-]*$/.test(value);
}
