export {
  AGREEING_MIN,
  BOOK_LINES_MAX,
  type BookedLine,
  createLessonBook,
  type LessonBook,
} from "./lesson-book.ts";
export { lessonsOfTurn } from "./lessons-of-turn.ts";
