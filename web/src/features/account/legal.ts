/** A piece of a text: a heading, a paragraph, or the points of a list. */
export type Block = { kind: 'heading' | 'paragraph'; text: string } | { kind: 'list'; points: string[] };

/** Reads a text as it is written: paragraphs with a blank line between them, `# ` headings and `- ` lists; pure. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined; // what the next line goes on with
  const begin = (block: Block) => {
    blocks.push(block);
    open = block;
  };
  for (const line of text.split(/\r?\n/).map((l) => l.trim())) {
    const rest = line.slice(2).trim();
    if (line === '') open = undefined;
    else if (line.startsWith('# ')) {
      begin({ kind: 'heading', text: rest });
      open = undefined;
    } else if (line.startsWith('- ')) {
      if (open?.kind === 'list') open.points.push(rest);
      else begin({ kind: 'list', points: [rest] });
    } else if (open?.kind === 'list') open.points.push(joined(open.points.pop() ?? '', line));
    else if (open) open.text = joined(open.text, line);
    else begin({ kind: 'paragraph', text: line });
  }
  return blocks;
}

/** Two lines as one: Chinese has no space between them. */
function joined(before: string, after: string): string {
  const wide = /[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]/;
  return before + (wide.test(before.slice(-1)) && wide.test(after.charAt(0)) ? '' : ' ') + after;
}
