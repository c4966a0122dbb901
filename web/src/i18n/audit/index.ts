import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the public log. */
export const t = messages(zh, en);
export type AuditKey = keyof typeof zh;
