export { BOOK_LINES_MAX, createLessonBook, type LessonBook } from "./lesson-book.ts";
export { lessonsOfTurn } from "./lessons-of-turn.ts";
