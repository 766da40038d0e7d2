// What the two servers share: they answer in JSON whatever happens, and listen on this machine only.
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';

/** Answers what no route answered: 404 `{"status":"Not found"}`. */
export const notFound: RequestHandler = (_request, response) => {
  response.status(404).json({ status: 'Not found' });
};

/** Answers when a route has failed: 500 `{"status":"Internal server error"}`; why goes to the console in one line. */
export const serverError: ErrorRequestHandler = (error, _request, response, _next) => {
  console.error(`${error}`);
  response.status(500).json({ status: 'Internal server error' });
};

/** Serves `app` on 127.0.0.1, at PORT or 1245. */
export function listen(app: Express): void {
  app.listen(Number(process.env.PORT || 1245), '127.0.0.1');
}
