/** The style of the debug server's pages: readable on a phone, dark and light, contrast of WCAG AA or better. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f6f8; --card: #fff; --line: #dcdce2; --text: #1b1b21; --quiet: #5a5a68; --link: #1d4ed8;
  --reverse: #6d28d9; --event: #0f6674; --test: #8a5300; --on-mark: #fff; --done: #166534; --failed: #b91c1c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131318; --card: #1d1d24; --line: #34343f; --text: #ededf2; --quiet: #a5a5b4; --link: #93b4ff;
    --reverse: #c4b5fd; --event: #67e8f9; --test: #fcd34d; --on-mark: #131318; --done: #4ade80; --failed: #fca5a5;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .3rem 0; overflow-wrap: anywhere; }
p:empty { display: none; }
a { color: var(--link); }
header { margin-bottom: 1rem; }
header p, time, .route, .facts { color: var(--quiet); }
ol { margin: 0; padding: 0; list-style: none; display: grid; gap: .6rem; }
li, main[class] { padding: .6rem .8rem; background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--mark); border-radius: .4rem; }
.reverse { --mark: var(--reverse); }
.event { --mark: var(--event); }
.test { --mark: var(--test); }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .7rem; margin: 0; }
.head a { font-weight: 600; overflow-wrap: anywhere; }
.mark { padding: 0 .5rem; border-radius: .3rem; background: var(--mark); color: var(--on-mark); font-size: .8rem; font-weight: 600; }
.done { color: var(--done); font-weight: 600; }
.failed { color: var(--failed); font-weight: 700; }
time { margin-left: auto; font-variant-numeric: tabular-nums; }
code, pre { font: .85rem/1.45 ui-monospace, monospace; }
.facts code { margin-right: .8rem; }
pre { margin: 0; padding: .8rem; overflow-x: auto; background: var(--ground); border-radius: .3rem; }
.empty { padding: 2rem 1rem; text-align: center; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`
