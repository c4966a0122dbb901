import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words about the people who watch with an account. */
export const t = messages(zh, en);
