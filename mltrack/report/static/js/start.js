// Everything is started once, and the page says when it answers.
startThemes();
startTable();
startCurves();
startSweep();

function closeMenus(but) {
  for (const menu of all("details.menu[open]")) if (!menu.contains(but)) menu.open = false;
}

addEventListener("pointerdown", (event) => closeMenus(event.target));
addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));
addEventListener("beforeprint", () => {
  for (const fold of all("main details:not(.menu)")) fold.open = true;
  for (const act of [...waiting]) act();
  lightenForPaper();
});

document.documentElement.dataset.ready = "yes";
performance.mark("mltrack-ready");
