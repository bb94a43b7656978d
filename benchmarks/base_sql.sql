-- What an analyst writes by hand for the figures of one semester: the customer base, movements, RFM, Pareto.
-- $START, $END, $BEFORE, $BEFORE2, $TRAILING, $EARLIER are replaced by dates.
-- Two lean groupings of the lines: one of orders, with nothing but their day, and one of customers, with the money.
create temp table orders as
select customer_id, order_id, min(order_date) as order_date
from read_parquet('$FILE')
where order_date < $END and amount > 0
group by customer_id, order_id;

create temp table money as
select
    customer_id,
    count(*) filter (where order_date >= $START) as lines,
    coalesce(sum(amount) filter (where order_date >= $START), 0) as revenue,
    coalesce(sum(amount) filter (where order_date >= $START and amount > 0), 0) as gross_sales,
    coalesce(sum(amount) filter (where order_date >= $BEFORE and order_date < $START), 0) as previous_revenue,
    coalesce(sum(amount) filter (where order_date >= $TRAILING), 0) as trailing_revenue,
    sum(amount) as revenue_ever
from read_parquet('$FILE')
where order_date < $END
group by customer_id;

create temp table intervals as
select customer_id, median(order_date - last_date) as median_interval
from (
    select customer_id, order_date, lag(order_date) over (partition by customer_id order by order_date) as last_date
    from orders
)
where order_date > last_date
group by customer_id;

create temp table counts as
select
    customer_id,
    min(order_date) as first_order_date,
    max(order_date) as last_order_date,
    count(*) filter (where order_date >= $START) as orders,
    count(*) filter (where order_date >= $BEFORE and order_date < $START) as previous_orders,
    count(*) filter (where order_date >= $TRAILING) as trailing_orders,
    count(*) filter (where order_date >= $EARLIER and order_date < $TRAILING) as earlier_trailing_orders,
    count(*) as orders_ever,
    max((order_date >= $START)::int)
        + max((order_date >= $BEFORE and order_date < $START)::int)
        + max((order_date >= $BEFORE2 and order_date < $BEFORE)::int) as recent_periods
from orders
group by customer_id;

create temp table base as
select
    money.*,
    first_order_date,
    last_order_date,
    date_diff('day', last_order_date, $END - interval 1 day) as days_since_last_order,
    coalesce(orders, 0) as orders,
    coalesce(previous_orders, 0) as previous_orders,
    coalesce(trailing_orders, 0) as trailing_orders,
    coalesce(earlier_trailing_orders, 0) as earlier_trailing_orders,
    coalesce(orders_ever, 0) as orders_ever,
    coalesce(recent_periods, 0) as recent_periods,
    median_interval
from money
left join counts using (customer_id)
left join intervals using (customer_id);

create temp table cuts as
select
    quantile_cont(days_since_last_order::double, [0.2, 0.4, 0.6, 0.8]) as r,
    quantile_cont(trailing_orders::double, [0.2, 0.4, 0.6, 0.8]) as f,
    quantile_cont(trailing_revenue::double, [0.2, 0.4, 0.6, 0.8]) as m
from base where trailing_orders > 0;

create temp table classed as
select base.*,
    case when first_order_date >= $START then 'new'
        when orders > 0 and previous_orders > 0 then 'retained'
        when orders > 0 then 'reactivated'
        when previous_orders > 0 then 'lapsed' else 'absent' end as movement,
    case when orders_ever = 0 then 'prospect'
        when first_order_date >= $START then 'new'
        when days_since_last_order > 365 then 'lost'
        when days_since_last_order > 90 then 'inactive'
        when orders_ever >= 3 and days_since_last_order > 2 * median_interval then 'at_risk'
        when recent_periods >= 3 then 'loyal' else 'regular' end as lifecycle,
    5 - (days_since_last_order > r[1])::int - (days_since_last_order > r[2])::int
        - (days_since_last_order > r[3])::int - (days_since_last_order > r[4])::int as rfm_r,
    1 + (trailing_orders > f[1])::int + (trailing_orders > f[2])::int
        + (trailing_orders > f[3])::int + (trailing_orders > f[4])::int as rfm_f,
    1 + (trailing_revenue::double > m[1])::int + (trailing_revenue::double > m[2])::int
        + (trailing_revenue::double > m[3])::int + (trailing_revenue::double > m[4])::int as rfm_m
from base, cuts;

-- What is read: one row each.
select count(*) filter (where orders > 0), sum(orders), sum(revenue)::double, sum(gross_sales)::double from classed;
select movement, count(*), sum(revenue)::double, sum(previous_revenue)::double from classed group by movement;
select lifecycle, count(*), sum(trailing_revenue)::double from classed group by lifecycle;
select rfm_r, rfm_f, rfm_m, count(*), sum(trailing_revenue)::double
from classed where trailing_orders > 0 group by all;
select count(*), sum(revenue)::double,
    sum(revenue) filter (where place <= ceil(0.2 * n))::double / sum(revenue)::double as top_20_percent_share,
    count(*) filter (where 10 * (held - revenue) < 8 * total) as customers_for_80_percent,
    2 * sum((n + 1 - place)::decimal(18, 0) * revenue::decimal(18, 4))::double / (any_value(n) * any_value(total)::double)
        - (any_value(n) + 1) / any_value(n) as gini
from (
    select revenue, row_number() over w as place, sum(revenue) over w as held, count(*) over () as n, sum(revenue) over () as total
    from classed where revenue > 0
    window w as (order by revenue desc, customer_id rows unbounded preceding)
);
