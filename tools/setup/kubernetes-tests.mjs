// `npm run test:kubernetes`: deploy/k8s as Kubernetes' own programs see it. Needs kubectl or kustomize, and
// Python with a package index for the schemas; says what it could not do, and fails for it.
import { runWithPython } from "./run-with-python.mjs";

process.exitCode = runWithPython({
  tool: "kubernetes",
  program: "kubernetes-validate",
  name: "kubernetes-schemas",
  what: "the schemas of Kubernetes",
});
