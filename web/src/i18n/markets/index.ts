import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of markets and their rules. */
export const t = messages(zh, en);
export type MarketsKey = keyof typeof zh;
