// Starts the page, and says so where it cannot. Its own script element carries the names that the build chose.
const names = document.getElementById("start").dataset;
const at = (name) => new URL(name, document.baseURI);

try {
  const { default: init } = await import(at(names.js));
  await init({ module_or_path: at(names.wasm) });
} catch (error) {
  console.error(error);
  const notice = document.getElementById("loading");
  if (notice) {
    notice.setAttribute("role", "alert");
    notice.textContent =
      "Netsplit could not start. It needs a browser with WebAssembly, and the files of this site unchanged. " + error;
  }
}
