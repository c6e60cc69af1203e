// Light or dark: what the system says, until the switch says otherwise; that choice is the only thing kept for good.
"use strict";
(() => {
  const stored = "commsharp.theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => { try { return localStorage.getItem(stored); } catch { return null; } }; // storage may be forbidden
  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

  const theme = remembered();
  if (theme === "dark" || theme === "light") {
    document.documentElement.dataset.theme = theme;
  }

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      const next = isDark() ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      try { localStorage.setItem(stored, next); } catch { /* then it holds for this page only */ }
      show();
    });
    system.addEventListener("change", show);
    show();
  });
})();
