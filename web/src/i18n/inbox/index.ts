import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the work inbox. */
export const t = messages(zh, en);
export type InboxKey = keyof typeof zh;
