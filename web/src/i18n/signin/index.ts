import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the page of an account and of signing in: few need them, so they do not come with the first page. */
export const t = messages(zh, en);
