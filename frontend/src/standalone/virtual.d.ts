declare module "virtual:maplibre-worker" {
  const source: string;
  export default source;
}
