import { expect, it } from 'vitest';
import { blocksOf } from './legal.ts';

it('reads headings, paragraphs and lists', () => {
  expect(blocksOf('# Privacy\n\nWhat\nis kept.\n\n- one\n- two\n  goes on\n\n# Who\n- three\n')).toEqual([
    { kind: 'heading', text: 'Privacy' },
    { kind: 'paragraph', text: 'What is kept.' },
    { kind: 'list', points: ['one', 'two goes on'] },
    { kind: 'heading', text: 'Who' },
    { kind: 'list', points: ['three'] },
  ]);
});

it('shows other markup as it stands', () => {
  expect(blocksOf('## **x** <b>y</b>\r\n#z\n-z')).toEqual([{ kind: 'paragraph', text: '## **x** <b>y</b> #z -z' }]);
});

it('puts no space into Chinese', () =>
  expect(blocksOf('写明生效日期，\n并在之后展示\nhttps://x')).toEqual([
    { kind: 'paragraph', text: '写明生效日期，并在之后展示 https://x' },
  ]));

it('makes nothing of nothing', () => expect(blocksOf('\n \n')).toEqual([]));
