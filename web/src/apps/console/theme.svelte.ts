const key = 'cliffhanger.console.theme';

function initial(): boolean {
  const kept = localStorage.getItem(key);
  return kept ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

let dark = $state(initial());

export const theme = {
  get dark() {
    return dark;
  },
  toggle(): void {
    dark = !dark;
    localStorage.setItem(key, dark ? 'dark' : 'light');
    applyTheme();
  },
};

export function applyTheme(): void {
  document.body.classList.toggle('dark', dark);
}
