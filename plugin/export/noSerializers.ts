// Stands in a bundle for @babylonjs/serializers, an optional package that was not installed when it was built.
throw new Error('@babylonjs/serializers was not installed when this page was bundled.');

export {};
