/** A style sheet as text, minified by build.js. */
declare module "*.css" {
  const text: string;
  export default text;
}
