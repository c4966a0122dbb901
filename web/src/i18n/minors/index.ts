import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of minors' mode: few need them, so they do not come with the first page. */
export const t = messages(zh, en);
