"use strict";
// Tabs, filter and copy buttons; the live part comes by server-sent events and replaces the old one.
const main = document.getElementById("main"), live = document.getElementById("live"), filter = document.getElementById("filter"), link = document.getElementById("link");
const tabs = [...document.querySelectorAll("[data-tab]")];
function show(name) {
  main.dataset.open = name;
  for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
  for (const panel of document.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
  sift();
}
function sift() {
  const words = filter.value.trim().toLowerCase();
  for (const row of document.querySelectorAll("[data-row]")) row.hidden = words !== "" && !row.textContent.toLowerCase().includes(words);
}
function offer(root) {
  for (const code of root.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button"; button.className = "copy"; button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + code.textContent.slice(0, 60));
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(code.textContent); button.textContent = "Copied"; }
      catch { getSelection().selectAllChildren(code); button.textContent = "Press Ctrl+C"; }
    });
    code.after(button);
  }
}
for (const tab of tabs) tab.addEventListener("click", () => { show(tab.dataset.tab); history.replaceState(null, "", "#" + tab.dataset.tab); });
document.querySelector(".tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], at = tabs.indexOf(document.activeElement);
  if (step && at >= 0) tabs[(at + step + tabs.length) % tabs.length].focus();
});
filter.addEventListener("input", sift);
offer(document);
show(tabs.some((tab) => tab.dataset.tab === location.hash.slice(1)) ? location.hash.slice(1) : "requests");
const events = new EventSource("/events");
events.onmessage = (event) => {
  live.innerHTML = JSON.parse(event.data);
  offer(live);
  show(main.dataset.open);
  link.textContent = "";
};
let lost = 0;
events.onopen = () => { clearTimeout(lost); link.textContent = ""; };
events.onerror = () => { clearTimeout(lost); lost = setTimeout(() => { link.textContent = ", not reachable: this page is old"; }, 4000); };
