// Starts the worker. trunk gives its files no hash in their names: the build that the page asks for stands in the query.
importScripts("./worker.js" + location.search);
wasm_bindgen({ module_or_path: "./worker_bg.wasm" + location.search });
