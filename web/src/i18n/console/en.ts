import type { zh } from './zh-CN.ts';

export const en: Record<keyof typeof zh, string> = {
  appName: 'Cliffhanger console',
};
