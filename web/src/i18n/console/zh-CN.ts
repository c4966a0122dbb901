export const zh = {
  appName: 'Cliffhanger 控制台',
};
