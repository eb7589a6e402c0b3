import ts from 'typescript';
import { type Page, readPage } from './page.js';

/** The doc comments of a source file as a page, at the same lines; its blocks of js and ts are fragments. */
export function docCommentPage(path: string, text: string): Page {
  const lines = text.split('\n').map(() => '');
  const unfenced: number[] = [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  for (const comment of docComments(source)) {
    let { line } = source.getLineAndCharacterOfPosition(comment.getStart());
    for (const inner of contentLines(comment.getText())) lines[line++] = inner;
    for (const tag of comment.tags ?? []) {
      if (tag.tagName.text !== 'example' || tag.getText().includes('```')) continue;
      unfenced.push(source.getLineAndCharacterOfPosition(tag.getStart()).line + 1);
    }
  }
  const page = readPage(path, lines.join('\n'), false);
  const problems = unfenced.map((line) => ({
    page: path,
    line,
    text: 'an example without a fence: put its code into a fence of `ts`',
  }));
  return { ...page, steps: [], problems: [...page.problems, ...problems] };
}

function docComments(node: ts.Node): ts.JSDoc[] {
  const found = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  // A comment belongs to more than one node: a statement and its declaration.
  const comments = new Set(found);
  ts.forEachChild(node, (child) => {
    for (const comment of docComments(child)) comments.add(comment);
  });
  return [...comments];
}

/** Without the marks of a comment. Tags begin a paragraph, as they are no part of the markdown before them. */
function contentLines(comment: string): string[] {
  return comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').replace(/^\s*(\/\*\*)?\s*@\w+.*$/, ''));
}
