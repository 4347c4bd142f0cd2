/** The id of the line, wherever it is drawn. */
export const LINE_ID = "line";
