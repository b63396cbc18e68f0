// Starts a worker: `?NAME-BUILD`. trunk gives its files no hash in their names: the build that the page asks for stands in
// the query.
const [name, build] = location.search.slice(1).split("-");
importScripts(`./${name}.js?${build}`);
wasm_bindgen({ module_or_path: `./${name}_bg.wasm?${build}` });
