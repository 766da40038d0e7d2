// Task 1. Connects to Redis and says whether that worked.
import { redisConnect } from './redisConnect';

redisConnect();
