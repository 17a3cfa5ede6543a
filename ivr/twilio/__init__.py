"""Speaking Twilio: is this request genuine, and the REST calls we make."""
