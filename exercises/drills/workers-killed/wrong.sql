-- Subscriptions that have not exactly one invoice for this month.
SELECT count(*) FROM accounts_subscription AS s,
       (SELECT date_trunc('month', now() AT TIME ZONE 'Asia/Kolkata')::date AS first) AS month
 WHERE s.ended_on IS NULL AND s.started_on < month.first + interval '1 month'
   AND 1 <> (SELECT count(*) FROM billing_invoice AS i WHERE i.subscription_id = s.id AND i.month = month.first)
